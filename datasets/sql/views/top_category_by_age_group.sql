-- one row per age group and category in first place by number of posts; ties give several
with posts as (
  select
    age_group(u.age) as age_group,
    p.category
  from pin as p
  inner join geo as g on g.ind = p.ind
  inner join user as u on u.ind = p.ind
  where p.category is not null
),
counted as (
  select
    s.age_group,
    s.category,
    age_group_order(s.age_group) as age_order,
    count(*) as category_count
  from posts as s
  where s.age_group is not null
  group by s.age_group, s.category
),
ranked as (
  select
    c.age_group,
    c.category,
    c.category_count,
    c.age_order,
    rank() over (partition by c.age_group order by c.category_count desc nulls last) as place
  from counted as c
)
select
  r.age_group,
  r.category,
  r.category_count
from ranked as r
where r.place = 1
order by r.age_order nulls last, r.category nulls last
